// Unpacks the Chromium of `@sparticuz/chromium` into the folder named by TMPDIR. A process of its own, because the
// package reads TMPDIR and AWS_EXECUTION_ENV when it is loaded, and changes the environment it finds.
import chromium from "@sparticuz/chromium";

await chromium.executablePath();

import type { MeasuredRun } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";

/** Where a client of one's own finds the queue and the rest of the embedded AWS. */
export function Addresses({ run }: { readonly run: MeasuredRun }) {
  if (run.endpointUrl === null || run.queueUrl === null) return null;
  return (
    <section aria-labelledby="addresses-title">
      <h2 id="addresses-title">Point a client of your own at it</h2>
      <p class="dim">
        Any AWS SDK or the <code>aws</code> command, with any credentials and the Region us-east-1. Metrics, alarms and the group are there
        as well.
      </p>
      <dl class="addresses">
        <Address label="Queue" address={run.queueUrl} />
        <Address label="Endpoint, as AWS_ENDPOINT_URL" address={run.endpointUrl} />
      </dl>
    </section>
  );
}

function Address({ label, address }: { readonly label: string; readonly address: string }) {
  const { notices } = useBench();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      notices.add({ kind: "info", title: `Copied: ${address}`, lines: [] });
    } catch {
      notices.add({ kind: "info", title: "The browser does not let this page write to the clipboard.", lines: [address] });
    }
  };
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{address}</code>
        <button type="button" class="quiet" aria-label={`Copy the address: ${label}`} onClick={() => void copy()}>
          Copy
        </button>
      </dd>
    </div>
  );
}

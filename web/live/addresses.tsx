import type { MeasuredRun } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";

/** Where a client of one's own finds the queue and the rest of the embedded AWS. */
export function Addresses({ run }: { readonly run: MeasuredRun }) {
  if (run.endpointUrl === null || run.queueUrl === null) return null;
  return (
    <dl class="addresses">
      <Address label="Queue" address={run.queueUrl} />
      <Address label="AWS_ENDPOINT_URL" address={run.endpointUrl} />
      <div class="addresses-note">
        <dt class="sr-only">How to use them</dt>
        <dd class="dim">For clients of your own: any AWS SDK or the aws command, Region us-east-1, any credentials.</dd>
      </div>
    </dl>
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

import type { FleetLink } from "./fleet-link.ts";

/** Why nothing can be run from here, and how to get what it takes; nothing where all is well. */
export function NoFleet({ link }: { readonly link: FleetLink }) {
  switch (link.reach.value) {
    case "asking":
    case "here":
      return null;
    case "none":
      return (
        <div class="no-fleet" role="note">
          <p>
            <b>There is no fleet behind this page.</b> Whoever serves it gives out files and runs nothing. To get one, in a checkout of
            Headroom on your own machine:
          </p>
          <pre>
            <code>npm ci && npm start</code>
          </pre>
          <p>Then open the address that it prints. “Share”, “Copy link” in the workbench takes this scenario along.</p>
        </div>
      );
    case "refused":
      return (
        <div class="no-fleet" role="note">
          <p>
            <b>The fleet is not for this page.</b> {link.reason.value}
          </p>
          <p>Open the workbench at 127.0.0.1 on the machine that runs it, started without --host.</p>
        </div>
      );
    case "lost":
      return (
        <div class="no-fleet" role="alert">
          <p>
            <b>The server does not answer any more.</b> The page tries again by itself. If it was stopped, what ran has ended with it: start
            it again with <code>npm start</code>.
          </p>
        </div>
      );
  }
}

import { useRef } from "preact/hooks";
import type { FileDesk } from "./file-desk.ts";

/** Opens a file from the disk; dropping it on the page does the same. */
export function OpenButton({ desk }: { readonly desk: FileDesk }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="action"
        title="A CSV of counts (timestamp,value), a scenario, or a result; or drop it on the page"
        onClick={() => input.current?.click()}
      >
        Open file
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,text/csv,application/json"
        aria-label="File to open"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) void desk.open(file);
        }}
      />
    </>
  );
}

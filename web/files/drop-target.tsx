import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FileDesk } from "./file-desk.ts";

/** Takes a file dropped anywhere on the page, and says so while one hovers over it. */
export function DropTarget({ desk }: { readonly desk: FileDesk }) {
  const hovering = useSignal(false);
  useEffect(() => {
    // Entering a child leaves its parent: the depth tells when the file has left the page.
    let depth = 0;
    const entered = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      hovering.value = true;
    };
    const left = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) hovering.value = false;
    };
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const dropped = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      hovering.value = false;
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void desk.open(file);
    };
    const listeners = { dragenter: entered, dragleave: left, dragover: over, drop: dropped };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener as EventListener);
    };
  }, [desk, hovering]);
  return (
    <div class="drop-veil" hidden={!hovering.value}>
      <p>
        Drop a CSV of counts (<code>timestamp,value</code>) or a scenario
      </p>
    </div>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A button that opens a list of actions. Escape and a click elsewhere close it, and so does every action. */
export function Menu({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const open = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open.value) return undefined;
    const pressed = (event: PointerEvent) => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) open.value = false;
    };
    document.addEventListener("pointerdown", pressed);
    return () => {
      document.removeEventListener("pointerdown", pressed);
    };
  }, [open, open.value]);
  return (
    <div
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open.peek()) return;
        open.value = false;
        button.current?.focus();
      }}
    >
      <button ref={button} type="button" class="action" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        {label}
        <svg class="menu-mark" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2.5 4.5 6 8l3.5-3.5" />
        </svg>
      </button>
      <div class="menu-list" hidden={!open.value} onClick={() => (open.value = false)}>
        {children}
      </div>
    </div>
  );
}

interface MenuItemProps {
  readonly label: string;
  readonly note?: string;
  readonly disabled?: boolean;
  readonly run: () => void;
}

export function MenuItem({ label, note, disabled = false, run }: MenuItemProps) {
  return (
    <button type="button" class="menu-item" disabled={disabled} onClick={run}>
      {label}
      {note === undefined ? null : <span class="menu-note">{note}</span>}
    </button>
  );
}

import { useBench } from "../state/bench.ts";
import type { Notice } from "../state/notices.ts";

/** What happened to files and checks, until it is dismissed. */
export function NoticeList() {
  const { notices } = useBench();
  return (
    <div class="notices" aria-live="polite">
      {notices.list.value.map((notice) => (
        <NoticeView key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeView({ notice }: { readonly notice: Notice }) {
  const { notices } = useBench();
  const { kind, title, lines, action } = notice;
  return (
    <div class="notice" data-kind={kind} role={kind === "problem" ? "alert" : undefined}>
      <div class="notice-head">
        <p class="notice-title">{title}</p>
        {action === undefined ? null : (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              action.run();
              notices.dismiss(notice.id);
            }}
          >
            {action.label}
          </button>
        )}
        <button
          type="button"
          class="icon"
          aria-label="Dismiss"
          onClick={() => {
            notices.dismiss(notice.id);
          }}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 4 8 8M12 4l-8 8" />
          </svg>
        </button>
      </div>
      {lines.length === 0 ? null : (
        <ul class="notice-lines" tabIndex={lines.length > 6 ? 0 : undefined} aria-label={lines.length > 6 ? title : undefined}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

import { useEffect, useRef } from "preact/hooks";
import type { Finding, Level } from "../../sim/index.ts";
import { SourceLink } from "../settings/source-link.tsx";
import { fieldName, valueText } from "../settings/value-text.ts";
import { showField } from "../settings/wanted.ts";
import { useBench } from "../state/bench.ts";
import { LevelMark } from "./level-mark.tsx";
import "./preflight.css";

const WORDS: Readonly<Record<Level, string>> = { fault: "Fault", risk: "Risk", note: "Note" };

/** Each finding: what it is, how to mend it, and where. */
export default function PreflightList() {
  const { preflight } = useBench();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
  }, []);
  const close = () => {
    preflight.open.value = false;
    document.querySelector<HTMLElement>("button.preflight-line")?.focus();
  };
  const findings = preflight.findings.value;
  return (
    <section
      class="preflight"
      aria-labelledby="preflight-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <div class="block-head">
        <h2 id="preflight-title" ref={title} tabIndex={-1}>
          Before any run
        </h2>
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      </div>
      {findings.length === 0 ? <p role="status">Nothing is found any more. Whether the objective holds, the run shows.</p> : null}
      <ul>
        {findings.map((finding) => (
          <FindingView
            key={finding.rule}
            finding={finding}
            // What is mended goes from the list, and the focus with it.
            onSet={() => title.current?.focus()}
          />
        ))}
      </ul>
    </section>
  );
}

function FindingView({ finding, onSet }: { readonly finding: Finding; readonly onSet: () => void }) {
  const { form, workbench } = useBench();
  const { rule, level, text, mend, edits, paths, source } = finding;
  const change = edits.map(({ path, value }) => `${fieldName(form, path)} → ${valueText(form.fieldAt(path), value)}`).join("; ");
  return (
    <li class="finding" data-rule={rule} data-level={level}>
      <LevelMark level={level} />
      <div>
        <p>
          <strong class="finding-level">{WORDS[level]}</strong> {text}
        </p>
        <p class="finding-mend">{mend}</p>
        {edits.length === 0 ? null : (
          <p class="finding-set">
            <button
              type="button"
              class="action"
              aria-label={`Set it: ${change}`}
              onClick={() => {
                workbench.change(edits);
                onSet();
              }}
            >
              Set it
            </button>
            <span>{change}</span>
          </p>
        )}
        <p class="finding-links">
          {paths.map((path) => (
            <button
              key={path}
              type="button"
              class="quiet"
              onClick={() => {
                showField(path);
              }}
            >
              {fieldName(form, path)}
            </button>
          ))}
          <SourceLink source={source} />
        </p>
      </div>
    </li>
  );
}

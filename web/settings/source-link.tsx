/** The page that something comes from: opened only by a click, and not told from where. */
export function SourceLink({ source }: { readonly source: string }) {
  return (
    <a href={source} target="_blank" rel="noreferrer">
      {sourceName(source)}
    </a>
  );
}

/** "AWS documentation: sqs visibility timeout" of the address of a page there; elsewhere "doi.org: opre.9.3.383". */
function sourceName(source: string): string {
  const { hostname, pathname } = new URL(source);
  const page = /([^/]+?)(?:\.html)?\/?$/.exec(pathname)?.[1] ?? "";
  const place = hostname === "docs.aws.amazon.com" ? "AWS documentation" : hostname;
  return page === "" ? place : `${place}: ${page.replaceAll("-", " ")}`;
}

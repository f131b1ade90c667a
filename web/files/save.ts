/** Hands a text to the user as a file. */
export function saveText(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken what it needs when the click returns, but some read it a moment later.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}

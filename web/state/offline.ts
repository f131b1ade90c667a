/** Has the page kept on the device, once what the user waits for is there. In development there is nothing to keep. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // A browser that forbids it (a private window, storage switched off) shows the page all the same, with a network.
  });
}

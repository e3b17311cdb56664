// Keeps the screen on while a session runs. The browser lets go when the page is hidden.

export function keepAwake(wanted: () => boolean): () => void {
  let lock: WakeLockSentinel | null = null;
  let asking = false;
  const hold = async (): Promise<void> => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator) || asking) return;
    if (!wanted()) {
      await lock?.release();
      lock = null;
      return;
    }
    if (lock && !lock.released) return;
    asking = true;
    try {
      lock = await navigator.wakeLock.request("screen");
      document.documentElement.dataset.awake = "yes";
    } catch {
      delete document.documentElement.dataset.awake; // a low battery says no: the screen does as the device wants
    }
    asking = false;
  };
  document.addEventListener("visibilitychange", () => void hold());
  return () => void hold();
}

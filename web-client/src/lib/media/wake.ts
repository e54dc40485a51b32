/** Keeps the screen on during a call, where the browser can; taken again each time the page is seen. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  const take = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
    } catch {
      // Low battery, most often. The call goes on with a screen that may dim.
    }
  };
  const onVisible = (): void => void take();
  document.addEventListener('visibilitychange', onVisible);
  void take();
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}

/** What our pages show of themselves to whoever looks into a call. */
interface Window {
  readonly openvisit: {
    diagnostics(): Promise<{
      /** From the tap on Join to the first remote frame. */
      firstFrameMs: number | null;
      seats: { seat: number; framesDecoded: number; audioEnergy: number }[];
    }>;
  };
}

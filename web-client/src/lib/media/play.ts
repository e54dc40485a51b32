/** A media element that plays a stream. Browsers may want a tap before there is sound. */
import type { Attachment } from 'svelte/attachments';

/** Plays `stream`; `refused` is called when the browser wants a tap first. */
export function plays(
  stream: MediaStream | null,
  refused: () => void = () => {},
): Attachment<HTMLMediaElement> {
  return (element) => {
    element.srcObject = stream;
    if (!stream) return;
    const start = (): void => play(element, refused);
    start();
    stream.addEventListener('addtrack', start);
    return () => stream.removeEventListener('addtrack', start);
  };
}

/** Starts everything on the page that was refused or interrupted; from a tap, where the browser wants one. */
export function playAll(refused: () => void): void {
  document
    .querySelectorAll<HTMLMediaElement>('audio, video')
    .forEach((element) => play(element, refused));
}

function play(element: HTMLMediaElement, refused: () => void): void {
  element.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') refused();
  });
}

import { expect, test } from 'vitest';
import { CaptureInterruption } from './interruption';

test('after a phone call, becoming visible takes the camera anew even without an unmute', () => {
  const capture = new CaptureInterruption();
  expect(capture.handle('mute')).toBe(false);
  expect(capture.handle('hidden')).toBe(false);
  expect(capture.handle('visible')).toBe(true);
  capture.handle('captured');
  expect(capture.handle('visible')).toBe(false);
});

test('an unmute while the page is hidden waits for the page to be seen', () => {
  const capture = new CaptureInterruption();
  capture.handle('mute');
  capture.handle('hidden');
  expect(capture.handle('unmute')).toBe(false);
  expect(capture.handle('visible')).toBe(true);
});

test('a track that ends is replaced at once when the page is seen', () => {
  const capture = new CaptureInterruption();
  expect(capture.handle('ended')).toBe(true);
});

test('a page that was only hidden needs nothing', () => {
  const capture = new CaptureInterruption();
  capture.handle('hidden');
  expect(capture.handle('visible')).toBe(false);
});

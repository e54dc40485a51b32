/** The two browsers of the distribution, with made-up cameras and microphones. */
import { chromium, firefox, type Browser } from '@playwright/test';

export type Engine = 'chromium' | 'firefox';

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream=device-count=3',
  '--use-fake-ui-for-media-stream',
];

/** Firefox offers its loopback address only to a page that is known to be allowed camera and microphone. */
const FIREFOX = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
};

/** Without `grantMedia` the browser says no to camera and microphone, as a person may. */
export function launch(engine: Engine, { grantMedia = true } = {}): Promise<Browser> {
  if (engine === 'firefox') {
    return firefox.launch({
      channel: 'moz-firefox',
      executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
      firefoxUserPrefs: FIREFOX,
    });
  }
  const refusal = CHROMIUM.map((argument) =>
    argument === '--use-fake-ui-for-media-stream' ? `${argument}=deny` : argument,
  );
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: grantMedia ? CHROMIUM : refusal,
  });
}

/** The two browsers of the distribution, with made-up cameras and microphones. */
import { chromium, firefox, type Browser } from '@playwright/test';

export type Engine = 'chromium' | 'firefox';

const CAMERAS = '--use-fake-device-for-media-stream=device-count=';

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `${CAMERAS}3`,
  '--use-fake-ui-for-media-stream',
];

const LOOPBACK = '--allow-loopback-in-peer-connection';

/** Firefox offers its loopback address only to a page that is known to be allowed camera and microphone. */
const FIREFOX = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
};

/** Firefox has no other way than a relay, and none at all before it knows of one. */
const FIREFOX_BY_RELAY = { 'media.peerconnection.ice.relay_only': true };

interface Launch {
  /** Without it the browser says no to camera and microphone, as a person may. */
  grantMedia?: boolean;
  /** Whether there is a camera. Without one there is a microphone all the same. Chromium only. */
  hasCamera?: boolean;
  /** Whether media may go by a relay alone. Firefox only. */
  relayOnly?: boolean;
  /** What starts it instead. */
  executablePath?: string;
  /** Whether media may use the loopback interface, where there is no other. Firefox may always. */
  loopback?: boolean;
}

/** Where the browser is on this machine. */
export function executable(engine: Engine): string {
  return engine === 'firefox'
    ? (process.env['FIREFOX'] ?? '/usr/bin/firefox-esr')
    : (process.env['CHROMIUM'] ?? '/usr/bin/chromium');
}

export function launch(
  engine: Engine,
  {
    grantMedia = true,
    hasCamera = true,
    relayOnly = false,
    executablePath = executable(engine),
    loopback = false,
  }: Launch = {},
): Promise<Browser> {
  if (engine === 'firefox') {
    return firefox.launch({
      channel: 'moz-firefox',
      executablePath,
      firefoxUserPrefs: { ...FIREFOX, ...(relayOnly ? FIREFOX_BY_RELAY : {}) },
    });
  }
  const args = CHROMIUM.map((argument) => {
    if (argument === '--use-fake-ui-for-media-stream' && !grantMedia) return `${argument}=deny`;
    return argument.startsWith(CAMERAS) && !hasCamera ? `${CAMERAS}0` : argument;
  });
  return chromium.launch({
    executablePath,
    args: [...args, ...(loopback ? [LOOPBACK] : [])],
  });
}

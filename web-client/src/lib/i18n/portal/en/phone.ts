import type { PortalMessages } from '../texts.svelte';

export const phone: PortalMessages['phone'] = {
  title: 'Test my phone',
  intro: 'It takes about a minute. Nobody sees or hears it, and nothing is recorded.',
  start: 'Start the test',
  allow: 'Your phone asks whether it may use camera and microphone. Please tap “Allow”.',
  checking: 'Checking…',
  camera: 'Camera',
  cameraAsk: 'Do you see yourself above?',
  microphone: 'Microphone',
  microphoneAsk: 'Please say a few words; the bar below moves with them.',
  microphoneGood: 'Your voice is heard.',
  loudspeaker: 'Loudspeaker',
  play: 'Play a sound',
  loudspeakerAsk: 'Did you hear three chimes?',
  network: 'Network',
  yes: 'Yes',
  no: 'No',
  good: 'All right',
  bad: 'Needs attention',
  waiting: 'Waiting for your answer',
  cameraHelp:
    'Please see that nothing covers the camera, close other apps that use it, and test again.',
  refused:
    'The browser does not let this page use camera and microphone. Please allow it in the settings for this site, and test again.',
  missing:
    'No camera or microphone was found. Please use a phone, or connect a camera and a microphone.',
  busy: 'The camera or microphone does not respond; another app may be using it. Please end other calls and test again.',
  unsupported: 'This browser cannot make video calls. Please use Chrome or Safari on your phone.',
  inApp:
    'This page was opened inside another app (such as LINE), where the camera may not work. Please open it in your phone’s browser.',
  microphoneHelp: 'Please see that the microphone is not covered or switched off, and test again.',
  loudspeakerHelp:
    'Please turn up the sound and switch off silent mode; with earphones on, listen there.',
  networkGood: (ms) => `The connection is good (${ms} ms).`,
  networkSlow: (ms) =>
    `It works, but slowly (${ms} ms). Please go nearer to the Wi-Fi, or to where reception is better.`,
  networkBad:
    'The service cannot be reached. Please check the network, or try another Wi-Fi or the mobile network.',
  networkDoor:
    'The page can be reached, but this network blocks video connections. Please try another Wi-Fi or the mobile network.',
  callTesting: 'Picture and sound are being sent as in a visit, for about ten seconds…',
  call: {
    good: 'A video visit works well from here: sound and picture get through.',
    sound_only:
      'A visit works from here, but the network is weak: sound gets through, the picture may pause. It is better nearer to the Wi-Fi, or where reception is good.',
    no_connection:
      'A video visit is not possible over this network at the moment. Please try another Wi-Fi or the mobile network, and test again. If that does not help, please call the facility before the visit.',
    busy: 'Many people are testing right now. Please test again in a few minutes.',
  },
  callTold:
    'If you have a visit booked, the facility sees this result and can help you in good time.',
  callUntried: 'Call not tested yet',
  callSignIn: 'Once you are signed in, you can also test whether a video visit works from here.',
  signIn: 'Sign in and test',
  devicesGoodTitle: 'Camera, microphone and loudspeaker work',
  devicesGood:
    'Sign in and test once more, and you know whether the network here is good enough for a visit.',
  allGoodTitle: 'Your phone is ready',
  allGood: 'Use the same phone in the same place for the visit.',
  someBadTitle: 'Something needs attention',
  someBad:
    'Please do what is written above, and test again. If it still does not work, ask your family, or contact the facility’s visits office.',
  repeat: 'Test again',
};

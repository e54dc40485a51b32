import { plural } from '../plural';
import type { HouseMessages } from './messages';

export const en: HouseMessages = {
  terminal: {
    connecting: 'Connecting…',
    today: 'Visits today',
    nothing: 'No visit is planned for now.',
    soon: (name) => `${name}, your visit begins soon`,
    soonNext: 'Please get ready to sit down.',
    sit: 'Please sit down',
    waitForVisitor: 'Your visitors are joining. Please look at the camera.',
    over: 'The visit is over',
    overNext: 'Thank you. Please leave the seat to the next person.',
    elsewhere: 'This terminal is open in another window',
    elsewhereNext: 'The visit goes on there. To go on here instead, tap the button.',
    takeOver: 'Go on here',
    outOfOrder: 'This terminal cannot be used right now',
    away: 'This terminal is not connected right now',
    noMedia: 'Picture and sound do not get through right now',
    tellStaff: 'Please tell the staff.',
    forStaff: 'For staff:',
    awayWhy:
      'Please check the network cable or the Wi-Fi of this terminal. If other terminals are not connected either, please tell the system’s administrator. Once the connection is back, so is this page.',
    noMediaWhy:
      'The service answers, but picture and sound do not reach it. Please ask the system’s administrator to check the firewall and the media ports. Once they get through, the page goes on by itself.',
    noSecret: 'This terminal is not paired. Please open its pairing address.',
    unanswered:
      'The browser has not opened camera and microphone. If it asks on the screen, please choose “Allow”; otherwise restart the terminal. It tries again by itself.',
    noCamera:
      'No camera was found: visits have sound only. Please check the camera’s cable, and that the browser may use it.',
    noDevices:
      'No camera or microphone was found: families can neither see nor hear anybody here. Please check the cables, and that the browser may use them.',
    selfTest: {
      title: 'This terminal is testing itself',
      text: 'It takes less than a minute, and you may hear a soft tone. A visit always goes first.',
      steps: {
        camera: 'Camera',
        microphone: 'Microphone',
        speaker: 'Loudspeaker',
        connection: 'Picture and sound reach the service',
      },
      standing: { running: 'Testing…', good: 'Works', bad: 'Needs a look' },
      well: (at) => `Tested at ${at}: all well.`,
      later: 'A visit is near, so there is no test now. Please try again after it.',
      faulty: 'This terminal needs a look',
      again: (at) =>
        `Found at ${at}. Visits still take place here. The terminal tests itself again every half hour; to test it now, press on the screen for three seconds.`,
    },
  },
  finding: {
    no_camera:
      'No camera: please check the camera’s cable, and that the browser may use the camera.',
    still_picture:
      'The camera’s picture stands still: please plug its cable in anew, or restart the terminal.',
    dark_picture: 'The camera’s picture is black: please open its cover, or switch on the light.',
    no_microphone:
      'No microphone: please check the microphone’s cable, and that the browser may use the microphone.',
    no_sound:
      'The microphone delivers no sound at all: please check its cable, and that the device has not switched it off.',
    speaker_not_heard:
      'The microphone does not hear the loudspeaker: with a handset that is as it should be, otherwise please check the loudspeaker and its volume.',
    no_connection:
      'Picture and sound do not reach the service: please ask the system’s administrator to check the firewall and the media ports.',
    sound_only:
      'The network is slow, and pictures may pause in a visit: please check the network cable or the Wi-Fi.',
    clock_off: 'The terminal’s clock is wrong: please let it set its time automatically.',
  },
  staff: {
    title: 'Visits on duty',
    officer: (name) => `On duty: ${name}`,
    empty: 'No visits right now',
    emptyNext: 'Today’s visits appear here before they begin.',
    signIn: 'Please open this page with your sign-in link',
    signInNext:
      'The sign-in link has expired or is not complete. The facility’s administrator can give you a new one.',
    failed: 'The list cannot be read right now; trying again automatically.',
    state: {
      confirmed: 'No visitor yet',
      flagged: 'Being checked by the facility',
      in_session: 'In session',
      completed: 'Completed',
      terminated: 'Ended by staff',
      cancelled: 'Cancelled',
      technical_failure: 'Technical failure',
      no_show: 'Missed',
      held: 'On hold',
    },
    link: { none: 'No link', issued: 'Link sent', redeemed: 'Link used', void: 'Link void' },
    phoneTest: {
      good: (when) => `Phone tested ${when}: a call holds`,
      sound_only: (when) => `Phone tested ${when}: sound holds, the picture may pause`,
      no_connection: (when) => `Phone tested ${when}: no call from its network`,
    },
    connected: 'Connected',
    notConnected: 'Not connected',
    part: {
      now: (count) => `Under way (${count})`,
      soon: (count) => `About to begin (${count})`,
      later: (count) => `Later (${count})`,
      over: (count) => `Over or cancelled (${count})`,
    },
    need: {
      decision: 'Being checked by the facility: the visitors cannot join yet.',
      terminal: 'The terminal is not connected. Please check its power and its network.',
      test: 'The terminal’s test of itself failed.',
      inmate: 'The terminal is connected, but the inmate is not in the call.',
      visitors: 'No visitor is in the call yet.',
    },
    selfTest: {
      well: (at) => `Terminal tested ${at}: all well`,
      found: (at, what) => `Terminal tested ${at}: ${what}`,
    },
    lastSeen: (moment) => `Last connected ${moment}.`,
    needy: (terminals) => `Please look at: ${terminals}`,
    inmate: 'Inmate',
    minutesLeft: (minutes) => `${plural(minutes, 'minute')} left`,
    beginsIn: (minutes) => `Begins in ${plural(minutes, 'minute')}`,
    opens: (time) => `Opens at ${time}; from then on you can end it or send a new link here.`,
    toDay: 'See the visits of the day',
    reissue: 'Send new link',
    reissueTo: 'To whom?',
    reissueText:
      'The new link goes to the registered phone as a text message. The former one ends at once.',
    reissueLeaves: (name) =>
      `${name} is in the call now, leaves it at once, and comes back with the new link only.`,
    phoneTail: (tail) => `number ending in ${tail}`,
    reissued: (tail) => `A new link is on its way to the number ending in ${tail}.`,
    end: 'End visit',
    endTitle: 'End this visit?',
    endFor: (names) => `The call ends at once for ${names}.`,
    endWhy: 'It cannot be taken up again. The law asks for a written reason (Prison Act §71).',
    endedBy: 'On whose side it lies',
    endedByChoose: 'Please choose',
    endedByHint: 'Only if you choose “The visitor” does the visit still count in the month.',
    reason: 'Reason',
    reasonHint: '5 to 500 characters; it is kept on record, and the visitors read it in an email.',
    endConfirm: 'End the visit',
    cancel: 'Back',
    ended: 'The visit has been ended.',
    updated: (time) => `As of ${time}`,
  },
  outbox: {
    title: 'Outbox (demonstration)',
    why: 'A demonstration sends no text messages. This is what would have been sent.',
    empty: 'No messages yet.',
    to: 'To',
  },
};

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
    waitForVisitor: 'Your family is coming in. Please look at the camera.',
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
  },
  staff: {
    title: 'Visits on duty',
    officer: (name) => `On duty: ${name}`,
    empty: 'No visits right now',
    emptyNext: 'Today’s visits appear here before they begin.',
    signIn: 'Please open this page with your sign-in link',
    signInNext:
      'The sign-in link has expired or is not complete. The facility’s administrator can give you a new one.',
    failed: 'The list cannot be read right now; trying again by itself.',
    state: {
      confirmed: 'Not begun',
      flagged: 'To be checked',
      in_session: 'In session',
      completed: 'Completed',
      terminated: 'Ended by staff',
      cancelled: 'Cancelled',
      technical_failure: 'Technical failure',
      no_show: 'Missed',
      held: 'On hold',
    },
    link: { none: 'No link', issued: 'Link sent', redeemed: 'Link used', void: 'Link void' },
    connected: 'Connected',
    notConnected: 'Not connected',
    terminalAway: 'The terminal is not connected. Please check its power and its network.',
    inmate: 'Inmate',
    ends: (time) => `Ends ${time}`,
    minutesLeft: (minutes) => `${plural(minutes, 'minute')} left`,
    reissue: 'Send new link',
    reissued: (tail) => `A new link is on its way to the number ending in ${tail}.`,
    end: 'End visit',
    endTitle: 'End this visit?',
    endWhy:
      'The call ends for everybody at once, and cannot be taken up again. The law asks for a written reason (Prison Act §71).',
    endedBy: 'On whose side it lies',
    endedByHint: 'Unless it is the visitors’, the visit does not count in the month.',
    reason: 'Reason',
    reasonHint: '5 to 500 characters; it is kept on record, and the visitors read it in an e-mail.',
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

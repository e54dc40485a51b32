/** What the join page shows, apart from the call itself. */
import type { ErrorCode } from '../../lib/protocol.generated';

export type JoinState =
  | 'loading'
  | 'early'
  | 'ready'
  | 'joining'
  | 'used'
  | 'over'
  | 'withdrawn'
  | 'without-visit'
  | 'flagged'
  | 'not-valid'
  | 'camera-refused'
  | 'in-app'
  | 'unsupported'
  | 'error';

/** Which page tells of a refusal. */
export function stateOf(code: ErrorCode): JoinState {
  switch (code) {
    case 'link_used':
      return 'used';
    case 'link_over':
    case 'grant_over':
      return 'over';
    case 'link_withdrawn':
    case 'grant_superseded':
      return 'withdrawn';
    case 'link_without_visit':
      return 'without-visit';
    case 'visit_flagged':
      return 'flagged';
    case 'link_incomplete':
    case 'link_damaged':
    case 'link_unrecognised':
    case 'grant_not_valid':
      return 'not-valid';
    case 'offer_not_usable':
      return 'unsupported';
    default:
      return 'error';
  }
}

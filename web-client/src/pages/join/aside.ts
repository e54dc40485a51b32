/**
 * What is shown only instead of a call or after it. It has a file of its own, which comes while the person
 * looks at the preview: before the call nobody waits for it, and afterwards it is there without a network.
 */
export { facilityOf } from '../../lib/visit/facility';
export { default as CallFacility } from './CallFacility.svelte';
export { default as Ended } from './Ended.svelte';
export { default as InApp } from './InApp.svelte';
export { default as Late } from './Late.svelte';
export { default as Refused } from './Refused.svelte';
export { default as Trouble } from './Trouble.svelte';

/** Sending a file, with how far it has come: `fetch` does not tell that. */
import { written } from '../i18n/locale.svelte';
import { NO_ANSWER, Problem, read } from './client';

/** An upload under way. */
export interface Upload {
  done: Promise<unknown>;
  stop: () => void;
}

/** Posts `file` as the part `file` of a form, after the part `kind`. `progress` gets 0 to 1. */
export function upload(
  address: string,
  kind: string,
  file: Blob,
  name: string,
  progress: (share: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<unknown>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      try {
        resolve(read(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror =
      request.onabort =
      request.ontimeout =
        () => reject(new Problem(0, NO_ANSWER, '', ''));
  });
  const form = new FormData();
  form.append('kind', kind);
  form.append('file', file, name);
  request.open('POST', address);
  request.setRequestHeader('accept-language', written());
  request.send(form);
  return { done, stop: () => request.abort() };
}

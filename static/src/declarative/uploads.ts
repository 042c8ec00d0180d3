/** Declarative: sending a file to a path of this server, with progress; `fetch` cannot tell how much has been sent. */
import { ApiError, csrfToken, newKey } from '../api.ts';
import { t } from '../i18n.ts';
import { isLocalPath } from './addresses.ts';
import { toText } from './expressions/values.ts';
import type { UploadOptions, UploadedFile } from './hosts.ts';
import { isRecord } from './tree.ts';

/** Posts the file; what it is called and where it is kept is the answer. Rejects like `send`. */
export async function uploadTo(url: string, file: File, options: UploadOptions): Promise<UploadedFile> {
  return uploaded(await send(url, file, options), file);
}

/** Posts the file as the field `file` of a form. Rejects with ApiError, or with the signal's reason when given up. */
export function send(url: string, file: File, { progress, signal }: Omit<UploadOptions, 'url'>): Promise<unknown> {
  if (!isLocalPath(url)) return Promise.reject(new ApiError('BAD_ADDRESS', t('Files can only be sent to this server.'), 0));
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const call = new XMLHttpRequest();
  call.open('POST', url);
  call.setRequestHeader('Accept', 'application/json');
  call.setRequestHeader('X-CSRFToken', csrfToken());
  call.setRequestHeader('Idempotency-Key', newKey());
  call.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
  call.onload = () => settle(call, resolve, reject);
  call.onerror = () => reject(new ApiError('NETWORK', t('The server cannot be reached.'), 0));
  call.onabort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', () => call.abort(), { once: true });
  const form = new FormData();
  form.append('file', file);
  call.send(form);
  return promise;
}

function settle({ status, responseText }: XMLHttpRequest, resolve: (answer: unknown) => void, reject: (fault: Error) => void): void {
  const answer = parsed(responseText);
  if (status >= 200 && status < 300) return resolve(answer);
  const error = isRecord(answer) && isRecord(answer['error']) ? answer['error'] : {};
  const message = toText(error['message']) || t('The server answered with status {status}.', { status });
  reject(new ApiError(toText(error['code']) || 'BAD_ANSWER', message, status));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server tells of the file, alone or as `data`; what it does not tell is known here. */
function uploaded(answer: unknown, file: File): UploadedFile {
  const told = isRecord(answer) ? (isRecord(answer['data']) ? answer['data'] : answer) : {};
  const size = told['size'];
  return {
    id: toText(told['id']),
    name: toText(told['name']) || file.name,
    size: typeof size === 'number' ? size : file.size,
    media_type: toText(told['media_type']) || file.type || 'application/octet-stream',
    url: toText(told['url']),
  };
}

/** Texts as they stand in frames: base64 of UTF-8. */

const PIECE = 0x8000; // arguments of one call

/** `payload_b64` of a payload. */
export function encodePayload(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let start = 0; start < bytes.length; start += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(start, start + PIECE));
  }
  return btoa(binary);
}

/** `payload_b64` of a text; one that looks like JSON is wrapped, so that it is read as what it is. */
export function encodeText(text: string): string {
  return encodePayload(text.startsWith('{') ? JSON.stringify({ kind: 'chat.message', text }) : text);
}

/** Throws an error when it is no base64 of UTF-8. */
export function decodePayload(base64: string): string {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

// TextEncoder, TextDecoder (UTF-8), atob, btoa.
function encodeUtf8(text) {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    let point = text.codePointAt(index);
    if (point > 0xffff) index++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd; // half a surrogate pair
    if (point < 0x80) bytes[length++] = point;
    else {
      if (point < 0x800) bytes[length++] = 0xc0 | (point >> 6);
      else {
        if (point < 0x10000) bytes[length++] = 0xe0 | (point >> 12);
        else {
          bytes[length++] = 0xf0 | (point >> 18);
          bytes[length++] = 0x80 | ((point >> 12) & 63);
        }
        bytes[length++] = 0x80 | ((point >> 6) & 63);
      }
      bytes[length++] = 0x80 | (point & 63);
    }
  }
  return bytes.slice(0, length);
}

/** The decoder of the Encoding standard. `state` keeps a character that is not complete yet. */
function decodeUtf8(bytes, state, fatal, last) {
  let text = '';
  let { point, needed, seen, lower, upper } = state;
  const broken = () => {
    if (fatal) throw new TypeError('The encoded data was not valid for encoding utf-8');
    point = needed = seen = 0; lower = 0x80; upper = 0xbf;
    text += '\ufffd';
  };
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (needed === 0) {
      if (byte < 0x80) text += fromCharCode(byte);
      else if (byte >= 0xc2 && byte <= 0xdf) { needed = 1; point = byte & 0x1f; }
      else if (byte >= 0xe0 && byte <= 0xef) {
        if (byte === 0xe0) lower = 0xa0;
        if (byte === 0xed) upper = 0x9f;
        needed = 2; point = byte & 0xf;
      } else if (byte >= 0xf0 && byte <= 0xf4) {
        if (byte === 0xf0) lower = 0x90;
        if (byte === 0xf4) upper = 0x8f;
        needed = 3; point = byte & 7;
      } else broken();
    } else if (byte < lower || byte > upper) {
      broken();
      index--;
    } else {
      lower = 0x80; upper = 0xbf;
      point = (point << 6) | (byte & 63);
      if (++seen === needed) {
        text += String.fromCodePoint(point);
        point = needed = seen = 0;
      }
    }
  }
  if (last && needed) broken();
  Object.assign(state, { point, needed, seen, lower, upper });
  return text;
}

function bytesOf(source) {
  if (source === undefined) return new Uint8Array(0);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

const fresh = () => ({ point: 0, needed: 0, seen: 0, lower: 0x80, upper: 0xbf });

provide('TextEncoder', class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return encodeUtf8(`${text}`); }
  encodeInto(text, target) {
    let read = 0, written = 0;
    for (const character of `${text}`) {
      const bytes = encodeUtf8(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
});

provide('TextDecoder', class TextDecoder {
  #state = fresh();
  #begun = false;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!['utf-8', 'utf8', 'unicode-1-1-utf-8'].includes(`${label}`.trim().toLowerCase())) {
      throw new RangeError(`The encoding ${label} is not supported here, only utf-8.`);
    }
    this.fatal = !!fatal;
    this.ignoreBOM = !!ignoreBOM;
  }
  get encoding() { return 'utf-8'; }
  decode(source, { stream = false } = {}) {
    let text = decodeUtf8(bytesOf(source), this.#state, this.fatal, !stream);
    if (!this.#begun && !this.ignoreBOM && text[0] === '\ufeff') text = text.slice(1);
    this.#begun = stream && (this.#begun || text !== '');
    if (!stream) this.#state = fresh();
    return text;
  }
});

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

provide('btoa', function btoa(data) {
  const text = `${data}`;
  let encoded = '';
  for (let index = 0; index < text.length; index += 3) {
    const [a, b, c] = [text.charCodeAt(index), text.charCodeAt(index + 1), text.charCodeAt(index + 2)];
    if (a > 255 || b > 255 || c > 255) {
      throw new DOMException('The string contains characters outside of the Latin1 range.', 'InvalidCharacterError');
    }
    encoded += BASE64[a >> 2] + BASE64[((a & 3) << 4) | (b >> 4)];
    encoded += index + 1 < text.length ? BASE64[((b & 15) << 2) | (c >> 6)] : '=';
    encoded += index + 2 < text.length ? BASE64[c & 63] : '=';
  }
  return encoded;
});

provide('atob', function atob(data) {
  let text = `${data}`.replace(/[\t\n\f\r ]/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
    throw new DOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
  }
  let decoded = '', bits = 0, held = 0;
  for (let index = 0; index < text.length; index++) {
    bits = ((bits << 6) | BASE64.indexOf(text[index])) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      decoded += fromCharCode((bits >> held) & 255);
    }
  }
  return decoded;
});

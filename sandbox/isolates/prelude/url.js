// URL and URLSearchParams by the WHATWG standard. Non-ASCII host names are lower-cased, normalised and written in Punycode
// (RFC 3492); the rest of IDNA's tables is left to whoever connects.
const PORTS = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21', 'file:': '' };
const isSpecial = (protocol) => protocol in PORTS;
const C0 = /[^\x20-\x7e]/u;
const FRAGMENT = /[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7e]/u;
const QUERY = /[^\x21\x24-\x3b\x3d\x3f-\x7e]/u;
const SPECIAL_QUERY = /[^\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e]/u;
const PATH = /[^\x21\x24-\x3b\x3d\x40-\x5d\x5f\x61-\x7a\x7c\x7e]/u;
const USERINFO = /[^\x21\x24-\x2e\x30-\x39\x41-\x5a\x5f\x61-\x7a\x7e]/u;
const FORM = /[^*\-.0-9A-Z_a-z]/u;
const FORBIDDEN_HOST = /[\0\t\n\r #/:<>?@[\\\]^|]/;
const FORBIDDEN_DOMAIN = /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

function percent(text, unsafe) {
  let out = '';
  for (const character of text) {
    if (!unsafe.test(character)) { out += character; continue; }
    for (const byte of encodeUtf8(character)) out += `%${(byte + 256).toString(16).slice(1).toUpperCase()}`;
  }
  return out;
}

function unpercent(text) {
  const source = encodeUtf8(text);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let index = 0; index < source.length; index++) {
    const pair = source[index] === 37 ? fromCharCode(source[index + 1] || 0, source[index + 2] || 0) : '';
    if (/^[0-9a-f]{2}$/i.test(pair)) { bytes[length++] = parseInt(pair, 16); index += 2; }
    else bytes[length++] = source[index];
  }
  return decodeUtf8(bytes.subarray(0, length), fresh(), false, true);
}

function punycode(label) {
  const points = [...label].map((character) => character.codePointAt(0));
  const basic = points.filter((point) => point < 128);
  let out = fromCharCode(...basic) + (basic.length ? '-' : '');
  let n = 128, delta = 0, bias = 72, handled = basic.length;
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      let q = delta;
      for (let k = 36; ; k += 36) {
        const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) break;
        out += digit(t + ((q - t) % (36 - t)));
        q = Math.floor((q - t) / (36 - t));
      }
      out += digit(q);
      delta = Math.floor(delta / (handled === basic.length ? 700 : 2));
      delta += Math.floor(delta / (handled + 1));
      let k = 0;
      for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
      bias = k + Math.floor((36 * delta) / (delta + 38));
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return `xn--${out}`;
}

const digit = (value) => fromCharCode(value < 26 ? 97 + value : 22 + value);

/** A number of an IPv4 address in any of the bases that browsers read; NaN for what is none. */
function addressNumber(text) {
  if (text === '') return NaN;
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : parseInt(text, 16);
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return /^[0-9]+$/.test(text) && !/^0[89]/.test(text) ? parseInt(text, 10) : NaN;
}

function ipv4(host) {
  const parts = host.split('.');
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  if (!/^([0-9]+|0x[0-9a-f]*)$/i.test(parts.at(-1))) return null; // a name
  const numbers = parts.map(addressNumber);
  const last = numbers.pop();
  if (parts.length > 4 || Number.isNaN(last) || numbers.some((number) => !(number <= 255))) return undefined;
  if (last >= 256 ** (4 - numbers.length)) return undefined;
  let address = last;
  numbers.forEach((number, index) => { address += number * 256 ** (3 - index); });
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function ipv6(text) {
  let rest = text;
  const dotted = rest.match(/^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/);
  if (dotted) {
    const bytes = dotted.slice(2);
    if (bytes.some((byte) => Number(byte) > 255 || /^0./.test(byte))) return undefined;
    rest = `${dotted[1]}${(bytes[0] * 256 + +bytes[1]).toString(16)}:${(bytes[2] * 256 + +bytes[3]).toString(16)}`;
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half ? half.split(':') : []));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const pieces = [...head, ...new Array(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  if (pieces.some((piece) => !/^[0-9a-f]{1,4}$/i.test(piece))) return undefined;
  const plain = pieces.map((piece) => parseInt(piece, 16).toString(16));
  let best = 0, start = -1;
  for (let index = 0; index < 8; index++) {
    let run = 0;
    while (plain[index + run] === '0') run++;
    if (run > best && run > 1) [best, start] = [run, index];
  }
  if (start < 0) return `[${plain.join(':')}]`;
  return `[${plain.slice(0, start).join(':')}::${plain.slice(start + best).join(':')}]`;
}

function hostOf(text, special) {
  if (text[0] === '[') return text.at(-1) === ']' ? ipv6(text.slice(1, -1)) : undefined;
  if (!special) return FORBIDDEN_HOST.test(text) ? undefined : percent(text, C0);
  const name = unpercent(text).normalize('NFKC').toLowerCase().replace(/[\u3002\uff0e\uff61]/g, '.').replace(/\u00ad/g, '');
  const ascii = name.split('.').map((label) => (/[^\0-\x7f]/.test(label) ? punycode(label.normalize('NFC')) : label)).join('.');
  if (ascii === '' || FORBIDDEN_DOMAIN.test(ascii)) return undefined;
  const address = ipv4(ascii);
  return address === null ? ascii : address;
}

const refuse = (input) => { throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input }); };
const isDrive = (segment) => /^[a-z][:|]$/i.test(segment);

/** Put the segments of a path behind those of `base`, with dots resolved. */
function segments(text, protocol, base) {
  const special = isSpecial(protocol);
  const path = base;
  const parts = text.split(special ? /[/\\]/ : /\//);
  parts.forEach((raw, index) => {
    const last = index === parts.length - 1;
    const dots = raw.replace(/%2e/gi, '.');
    if (dots === '..') {
      if (!(protocol === 'file:' && path.length === 1 && /^[a-z]:$/i.test(path[0]))) path.pop();
      if (last) path.push('');
    } else if (dots === '.') {
      if (last) path.push('');
    } else if (protocol === 'file:' && path.length === 0 && isDrive(raw)) path.push(`${raw[0]}:`);
    else path.push(percent(raw, PATH));
  });
  return path;
}

function parseUrl(input, base) {
  const text = input.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
  const hash = text.indexOf('#');
  const fragment = hash < 0 ? null : percent(text.slice(hash + 1), FRAGMENT);
  let rest = hash < 0 ? text : text.slice(0, hash);
  const scheme = rest.match(/^([a-z][a-z0-9+.-]*):/i);
  const record = { protocol: '', username: '', password: '', host: null, port: '', path: [], query: null, fragment };
  if (scheme) {
    record.protocol = scheme[0].toLowerCase();
    rest = rest.slice(scheme[0].length);
    if (isSpecial(record.protocol) && base?.protocol === record.protocol && !/^[/\\]/.test(rest)) return relative(record, rest, base);
    return absolute(record, rest);
  }
  if (!base) return refuse(input);
  if (typeof base.path === 'string' && (rest !== '' || hash < 0)) return refuse(input);
  record.protocol = base.protocol;
  return relative(record, rest, base);
}

function splitQuery(record, rest) {
  const mark = rest.indexOf('?');
  if (mark < 0) return rest;
  record.query = percent(rest.slice(mark + 1), isSpecial(record.protocol) ? SPECIAL_QUERY : QUERY);
  return rest.slice(0, mark);
}

function absolute(record, given) {
  const rest = splitQuery(record, given);
  const special = isSpecial(record.protocol);
  if (record.protocol === 'file:') return filePath(record, rest, null);
  if (special) return authority(record, rest.replace(/^[/\\]*/, ''));
  if (rest.startsWith('//')) return authority(record, rest.slice(2));
  if (rest[0] === '/') record.path = segments(rest.slice(1), record.protocol, []);
  else record.path = percent(rest, C0);
  return record;
}

function filePath(record, rest, base) {
  record.host = base?.host ?? '';
  const slashes = rest.match(/^[/\\]{2}([^/\\]*)/);
  let path = rest;
  if (slashes && !isDrive(slashes[1])) {
    record.host = slashes[1] ? hostOf(slashes[1], true) : '';
    if (record.host === undefined) refuse(rest);
    if (record.host === 'localhost') record.host = '';
    path = rest.slice(slashes[0].length);
  } else if (slashes) path = rest.slice(1);
  record.path = segments(path.replace(/^[/\\]/, ''), record.protocol, []);
  return record;
}

function relative(record, given, base) {
  const rest = splitQuery(record, given);
  const special = isSpecial(record.protocol);
  if (special ? /^[/\\]{2}/.test(rest) : rest.startsWith('//')) {
    return record.protocol === 'file:' ? filePath(record, rest, base) : authority(record, rest.slice(2));
  }
  const { username, password, host, port } = base;
  Object.assign(record, { username, password, host, port });
  if (rest === '') {
    record.path = typeof base.path === 'string' ? base.path : [...base.path];
    record.query ??= given === '' ? base.query : null;
  } else if (special ? /^[/\\]/.test(rest) : rest[0] === '/') record.path = segments(rest.slice(1), record.protocol, []);
  else record.path = segments(rest, record.protocol, base.path.slice(0, -1));
  return record;
}

function authority(record, rest) {
  const special = isSpecial(record.protocol);
  const end = rest.search(special ? /[/\\]/ : /\//);
  let where = end < 0 ? rest : rest.slice(0, end);
  const at = where.lastIndexOf('@');
  if (at >= 0) {
    const [, user, secret] = where.slice(0, at).match(/^([^:]*):?([^]*)$/);
    record.username = percent(user, USERINFO);
    record.password = percent(secret, USERINFO);
    where = where.slice(at + 1);
    if (where === '') refuse(rest);
  }
  const port = where.match(/:([0-9]*)$/);
  if (port && !(where[0] === '[' && !where.includes(']:'))) {
    where = where.slice(0, -port[0].length);
    setPort(record, port[1], rest);
  } else if (where[0] !== '[' && where.includes(':')) refuse(rest);
  if (special && where === '') refuse(rest);
  record.host = where === '' ? '' : hostOf(where, special);
  if (record.host === undefined) refuse(rest);
  record.path = end < 0 ? (special ? [''] : []) : segments(rest.slice(end + 1), record.protocol, []);
  return record;
}

function setPort(record, text, input) {
  if (Number(text) > 65535) refuse(input);
  record.port = text === '' || String(Number(text)) === PORTS[record.protocol] ? '' : String(Number(text));
}

class URLSearchParams {
  #pairs = [];
  #changed = null;
  constructor(init = '') {
    if (typeof init === 'object' && init !== null && typeof init[Symbol.iterator] === 'function') {
      for (const pair of init) {
        const [name, value, ...more] = [...pair];
        if (value === undefined || more.length) throw new TypeError('Each query pair must be an iterable [name, value] tuple');
        this.#pairs.push([`${name}`, `${value}`]);
      }
    } else if (typeof init === 'object' && init !== null) {
      for (const name of Object.keys(init)) this.#pairs.push([name, `${init[name]}`]);
    } else this.#pairs = URLSearchParams.#read(`${init}`.replace(/^\?/, ''));
  }
  static #read(text) {
    const plain = (part) => unpercent(part.replace(/\+/g, ' '));
    return text.split('&').filter(Boolean).map((part) => {
      const sign = part.indexOf('=');
      return sign < 0 ? [plain(part), ''] : [plain(part.slice(0, sign)), plain(part.slice(sign + 1))];
    });
  }
  static follow(text, changed) {
    const made = new URLSearchParams(text);
    made.#changed = changed;
    return made;
  }
  static replace(params, text) { params.#pairs = URLSearchParams.#read(text); }
  #set(pairs) { this.#pairs = pairs; this.#changed?.(this.toString()); }
  get size() { return this.#pairs.length; }
  append(name, value) { this.#set([...this.#pairs, [`${name}`, `${value}`]]); }
  delete(name, value) {
    this.#set(this.#pairs.filter((pair) => pair[0] !== `${name}` || (value !== undefined && pair[1] !== `${value}`)));
  }
  get(name) { return this.#pairs.find((pair) => pair[0] === `${name}`)?.[1] ?? null; }
  getAll(name) { return this.#pairs.filter((pair) => pair[0] === `${name}`).map((pair) => pair[1]); }
  has(name, value) { return this.#pairs.some((pair) => pair[0] === `${name}` && (value === undefined || pair[1] === `${value}`)); }
  set(name, value) {
    const first = this.#pairs.findIndex((pair) => pair[0] === `${name}`);
    if (first < 0) return this.append(name, value);
    const pairs = this.#pairs.filter((pair, index) => index <= first || pair[0] !== `${name}`);
    pairs[first] = [`${name}`, `${value}`];
    return this.#set(pairs);
  }
  sort() { this.#set([...this.#pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  *entries() { for (const [name, value] of this.#pairs) yield [name, value]; }
  *keys() { for (const [name] of this.#pairs) yield name; }
  *values() { for (const [, value] of this.#pairs) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  toString() {
    const written = (text) => percent(text, FORM).replace(/%20/g, '+');
    return this.#pairs.map(([name, value]) => `${written(name)}=${written(value)}`).join('&');
  }
}
const { follow: followedParams, replace: replaceParams } = URLSearchParams;
delete URLSearchParams.follow;
delete URLSearchParams.replace;

class URL {
  #record;
  #params;
  constructor(input, base) {
    this.#record = parseUrl(`${input}`, base === undefined ? undefined : parseUrl(`${base}`));
    this.#params = followedParams(this.#record.query ?? '', (text) => { this.#record.query = text || null; });
  }
  static canParse(input, base) { return URL.parse(input, base) !== null; }
  static parse(input, base) { try { return new URL(input, base); } catch { return null; } }
  get href() {
    const { protocol, username, password, host, path, query, fragment } = this.#record;
    const who = username || password ? `${username}${password ? `:${password}` : ''}@` : '';
    const dot = host === null && typeof path !== 'string' && path.length > 1 && path[0] === '' ? '/.' : '';
    return `${protocol}${host === null ? dot : `//${who}${this.host}`}${this.pathname}${query === null ? '' : `?${query}`}${fragment === null ? '' : `#${fragment}`}`;
  }
  set href(text) { this.#record = parseUrl(`${text}`); replaceParams(this.#params, this.#record.query ?? ''); }
  get origin() { return isSpecial(this.protocol) && this.protocol !== 'file:' ? `${this.protocol}//${this.host}` : 'null'; }
  get protocol() { return this.#record.protocol; }
  set protocol(text) {
    const found = `${text}`.match(/^([a-z][a-z0-9+.-]*):?/i);
    const next = found && `${found[1].toLowerCase()}:`;
    if (!next || isSpecial(next) !== isSpecial(this.protocol)) return;
    this.#record.protocol = next;
    if (this.port === PORTS[next]) this.#record.port = '';
  }
  get username() { return this.#record.username; }
  set username(text) { if (this.#record.host) this.#record.username = percent(`${text}`, USERINFO); }
  get password() { return this.#record.password; }
  set password(text) { if (this.#record.host) this.#record.password = percent(`${text}`, USERINFO); }
  get host() { const { host, port } = this.#record; return `${host ?? ''}${port ? `:${port}` : ''}`; }
  set host(text) {
    const [, name, port] = `${text}`.match(/^(\[[^\]]*\]|[^:/?#\\]*)(?::([0-9]*))?/);
    this.hostname = name;
    if (port) this.port = port;
  }
  get hostname() { return this.#record.host ?? ''; }
  set hostname(text) {
    if (typeof this.#record.path === 'string') return;
    const host = hostOf(`${text}`.replace(/[/?#\\][^]*$/, ''), isSpecial(this.protocol));
    if (host) this.#record.host = host;
  }
  get port() { return this.#record.port; }
  set port(text) {
    const digits = `${text}`.match(/^[0-9]*/)[0];
    if (!this.#record.host || (digits === '' && `${text}` !== '') || Number(digits) > 65535) return;
    setPort(this.#record, digits, text);
  }
  get pathname() { const { path, host } = this.#record; return typeof path === 'string' ? path : path.length || host === null ? `/${path.join('/')}` : ''; }
  set pathname(text) {
    if (typeof this.#record.path !== 'string') this.#record.path = segments(`${text}`.replace(/^[/\\]/, '').replace(/[?#]/g, encodeURIComponent), this.protocol, []);
  }
  get search() { return this.#record.query ? `?${this.#record.query}` : ''; }
  set search(text) {
    const query = `${text}`.replace(/^\?/, '');
    this.#record.query = query === '' ? null : percent(query, isSpecial(this.protocol) ? SPECIAL_QUERY : QUERY).replace(/#/g, '%23');
    replaceParams(this.#params, query);
  }
  get searchParams() { return this.#params; }
  get hash() { return this.#record.fragment ? `#${this.#record.fragment}` : ''; }
  set hash(text) { const fragment = `${text}`.replace(/^#/, ''); this.#record.fragment = fragment === '' ? null : percent(fragment, FRAGMENT); }
  toString() { return this.href; }
  toJSON() { return this.href; }
}

provide('URL', URL);
provide('URLSearchParams', URLSearchParams);

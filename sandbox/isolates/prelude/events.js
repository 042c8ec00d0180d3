// The library begins here: these parts are one function, whose parameter `host` is what the bridge lends them.
// DOMException, Event, EventTarget, AbortController, AbortSignal.
const { seed, clock, fail, provide, setTimeout } = host;
const { fromCharCode } = String;
const { defineProperty } = Object;

const LEGACY_CODES = { InvalidCharacterError: 5, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22,
  TimeoutError: 23, InvalidStateError: 11, SyntaxError: 12, TypeMismatchError: 17, DataCloneError: 25 };

class DOMException extends Error {
  #name;
  constructor(message = '', name = 'Error') {
    super(message);
    this.#name = `${name}`;
  }
  get name() { return this.#name; }
  get code() { return LEGACY_CODES[this.#name] ?? 0; }
}

class Event {
  constructor(type, { cancelable = false } = {}) {
    this.type = `${type}`;
    this.cancelable = !!cancelable;
    this.defaultPrevented = false;
    this.target = this.currentTarget = null;
    this.timeStamp = clock();
  }
  preventDefault() { if (this.cancelable) this.defaultPrevented = true; }
  stopImmediatePropagation() { this.stopped = true; }
  stopPropagation() {}
}

class EventTarget {
  #listeners = [];
  addEventListener(type, listener, options) {
    if (!listener) return;
    const { once = false, signal } = typeof options === 'object' && options ? options : {};
    if (signal?.aborted || this.#listeners.some((each) => each.type === type && each.listener === listener)) return;
    this.#listeners.push({ type, listener, once });
    signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
  }
  removeEventListener(type, listener) {
    this.#listeners = this.#listeners.filter((each) => each.type !== type || each.listener !== listener);
  }
  dispatchEvent(event) {
    event.target = event.currentTarget = this;
    const named = this[`on${event.type}`];
    const called = this.#listeners.filter((each) => each.type === event.type);
    if (typeof named === 'function') called.unshift({ listener: named, once: false });
    for (const { listener, once } of called) {
      if (event.stopped) break;
      if (once) this.removeEventListener(event.type, listener);
      try {
        if (typeof listener === 'function') listener.call(this, event);
        else listener.handleEvent(event);
      } catch (error) {
        fail(error);
      }
    }
    return !event.defaultPrevented;
  }
}

const making = Symbol('a signal is made');

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason;
  onabort = null;
  constructor(key) {
    if (key !== making) throw new TypeError('Illegal constructor');
    super();
  }
  get aborted() { return this.#aborted; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#aborted) throw this.#reason; }
  static abort(reason) { const made = new AbortSignal(making); endSignal(made, reason); return made; }
  static timeout(milliseconds) {
    const made = new AbortSignal(making);
    setTimeout(() => endSignal(made, new DOMException('The operation timed out.', 'TimeoutError')), milliseconds);
    return made;
  }
  static any(signals) {
    const made = new AbortSignal(making);
    for (const signal of signals) {
      if (signal.aborted) { endSignal(made, signal.reason); break; }
      signal.addEventListener('abort', () => endSignal(made, signal.reason), { once: true });
    }
    return made;
  }
  static end(signal, reason = new DOMException('This operation was aborted', 'AbortError')) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason;
    signal.dispatchEvent(new Event('abort'));
  }
}
const endSignal = AbortSignal.end;
delete AbortSignal.end;

class AbortController {
  #signal = new AbortSignal(making);
  get signal() { return this.#signal; }
  abort(reason) { endSignal(this.#signal, reason); }
}

provide('DOMException', DOMException);
provide('Event', Event);
provide('EventTarget', EventTarget);
provide('AbortSignal', AbortSignal);
provide('AbortController', AbortController);

// What the parts of the bridge share. They are one function: `seed` is its parameter, nothing of it is global.
// A handler can change every prototype of its isolate; that harms nobody but itself, because what leaves the isolate is
// checked outside. What is captured here only keeps honest handlers' polyfills from breaking the bridge.
// A function in parentheses is compiled with the bridge, before the run: those that nearly every run calls.
const { parse, stringify } = JSON;
const { now: clock } = Date;
const { defineProperty, create } = Object;
const NativeError = Error;
const NativeProxy = Proxy;

/** Define a global as browsers do: there, replaceable, and not listed. */
function provide(name, value) {
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

const NativeFunction = Function;
let parts = ''; // the usual part and the library, with U+0000 between them
let usual = null; // what the usual part gives the bridge, once it is open
let began = 0; // when the run did

/** Define globals that many handlers never use: the part that makes them is opened when the first of them is. */
function provideLater(open, names) {
  for (const name of names) {
    defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get() { open(); return globalThis[name]; },
      set(value) { provide(name, value); },
    });
  }
}

/** Run a part; it provides what has not been replaced meanwhile. */
function openPart(number, lent) {
  const provideMissing = (name, value) => {
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.get) provide(name, value);
  };
  return new NativeFunction('host', parts.split('\0')[number])({ ...lent, provide: provideMissing });
}

function openUsual() {
  const captured = { clock, create, stringify, NativeError };
  usual ??= openPart(0, { ...captured, limits, say, fail, replace: provide, began: began || clock() });
  return usual;
}

function openLibrary() {
  const now = () => (usual ? usual.time() : clock());
  openPart(1, { seed, clock: now, fail, setTimeout: (...given) => openUsual().setTimeout(...given) });
}

provideLater(openUsual, ['console', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'queueMicrotask',
  'performance']);
provideLater(openLibrary, ['DOMException', 'Event', 'EventTarget', 'AbortSignal', 'AbortController', 'crypto',
  'TextEncoder', 'TextDecoder', 'atob', 'btoa', 'URL', 'URLSearchParams', 'structuredClone']);

/** Errors made here, with the code that they end a run with. */
const codes = new WeakMap();
const codeOf = WeakMap.prototype.get.bind(codes);

function refusal(code, message) {
  const error = new NativeError(message);
  error.code = code;
  codes.set(error, code);
  return error;
}

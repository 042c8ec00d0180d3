// What the parts of the bridge share. They are one function: `seed` is its parameter, nothing of it is global.
// A handler can change every prototype of its isolate; that harms nobody but itself, because what leaves the isolate is
// checked outside. What is captured here only keeps honest handlers' polyfills from breaking the bridge.
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
let library = '';

/** Define globals that most handlers never use: the library is read when the first of them is. */
function provideLater(names) {
  for (const name of names) {
    defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get() { openLibrary(); return globalThis[name]; },
      set(value) { provide(name, value); },
    });
  }
}

/** Run the library; it provides what has not been replaced meanwhile. */
function openLibrary() {
  const text = library;
  library = '';
  const provideMissing = (name, value) => {
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.get) provide(name, value);
  };
  const host = { seed, clock: time, fail, setTimeout, provide: provideMissing };
  new NativeFunction('host', text)(host);
}

provideLater(['DOMException', 'Event', 'EventTarget', 'AbortSignal', 'AbortController', 'crypto', 'TextEncoder',
  'TextDecoder', 'atob', 'btoa', 'URL', 'URLSearchParams', 'structuredClone']);

/** Errors made here, with the code that they end a run with. */
const codes = new WeakMap();
const codeOf = WeakMap.prototype.get.bind(codes);

function refusal(code, message) {
  const error = new NativeError(message);
  error.code = code;
  codes.set(error, code);
  return error;
}

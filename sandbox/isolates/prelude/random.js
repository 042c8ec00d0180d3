// crypto: ChaCha20 (RFC 8439) over a key that the kernel gave this isolate alone.
const words = new Uint32Array(16);
words.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
for (let index = 0; index < 12; index++) {
  words[4 + index] = parseInt(seed.slice(index * 8, index * 8 + 8), 16);
}
const block = new Uint32Array(16);
const blockBytes = new Uint8Array(block.buffer);
let taken = 64;

function quarter(a, b, c, d) {
  block[a] += block[b]; block[d] ^= block[a]; block[d] = (block[d] << 16) | (block[d] >>> 16);
  block[c] += block[d]; block[b] ^= block[c]; block[b] = (block[b] << 12) | (block[b] >>> 20);
  block[a] += block[b]; block[d] ^= block[a]; block[d] = (block[d] << 8) | (block[d] >>> 24);
  block[c] += block[d]; block[b] ^= block[c]; block[b] = (block[b] << 7) | (block[b] >>> 25);
}

function nextBlock() {
  for (let index = 0; index < 16; index++) block[index] = words[index];
  for (let round = 0; round < 10; round++) {
    quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
    quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
  }
  for (let index = 0; index < 16; index++) block[index] += words[index];
  words[12] += 1;
  if (words[12] === 0) words[13] += 1;
  taken = 0;
}

function randomByte() {
  if (taken === 64) nextBlock();
  return blockBytes[taken++];
}

function getRandomValues(array) {
  if (!ArrayBuffer.isView(array) || array instanceof DataView || /^Float/.test(array[Symbol.toStringTag])) {
    throw new DOMException('An integer typed array is expected.', 'TypeMismatchError');
  }
  if (array.byteLength > 65536) throw new DOMException('At most 65536 bytes at a time.', 'QuotaExceededError');
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let index = 0; index < bytes.length; index++) bytes[index] = randomByte();
  return array;
}

function randomUUID() {
  let text = '';
  for (let index = 0; index < 16; index++) {
    let byte = randomByte();
    if (index === 6) byte = (byte & 0x0f) | 0x40;
    if (index === 8) byte = (byte & 0x3f) | 0x80;
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += (byte + 256).toString(16).slice(1);
  }
  return text;
}

provide('crypto', { getRandomValues, randomUUID });

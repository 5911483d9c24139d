/**
 * @returns the bytes of a text in UTF-8 (RFC 3629); half of a surrogate pair becomes U+FFFD, as everywhere.
 * Written out, since the language itself has no such function and the pure rooms use nothing of Node or of browsers.
 */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    const more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    bytes.push(more === 0 ? code : ((0xf00 >> (more + 1)) & 0xff) | (code >> (6 * more)));
    for (let i = more - 1; i >= 0; i--) bytes.push(0x80 | ((code >> (6 * i)) & 0x3f));
  }
  return Uint8Array.from(bytes);
}

const magic = 0x7f454c46;
const executable = 2;
const sharedObject = 3;
const interpreterHeader = 3;
const loadHeader = 1;

/**
 * Whether these are the first bytes of an ELF file that can be started: of type EXEC, or of type DYN with an interpreter or
 * with an entry point (position-independent programs are written as libraries are).
 */
export function isElfProgram(head: Buffer): boolean {
  if (head.length < 52 || head.readUInt32BE(0) !== magic) return false;
  const wide = head[4] === 2;
  if (wide && head.length < 64) return false;
  const little = head[5] === 1;
  const u16 = (at: number): number => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number): number => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const type = u16(16);
  if (type === executable) return true;
  if (type !== sharedObject) return false;
  const hasEntry = u32(24) !== 0 || (wide && u32(28) !== 0);
  const offset = wide ? (little ? u32(32) : u32(36)) : u32(28);
  const size = u16(wide ? 54 : 42);
  const count = Math.min(u16(wide ? 56 : 44), 64);
  let loads = 0;
  for (let index = 0; index < count; index++) {
    const at = offset + index * size;
    if (at + 4 > head.length) break;
    const kind = u32(at);
    if (kind === interpreterHeader) return true;
    if (kind === loadHeader) loads++;
  }
  return hasEntry && loads > 0;
}

// Draws the app's icons as PNG files: the door mark of public/icons/mark.svg, on a 64-unit grid.
// Run `npm run icons` after changing it; the files are committed, so a build needs no drawing tool.
import { writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'

const GREEN = [0x17, 0x4c, 0x3c]
const WHITE = [0xff, 0xff, 0xff]
const AMBER = [0xe8, 0xb0, 0x4a]
const SAMPLES = 4

const inRounded = (x, y, left, top, width, height, radius) => {
  const dx = Math.max(left + radius - x, 0, x - (left + width - radius))
  const dy = Math.max(top + radius - y, 0, y - (top + height - radius))
  return x >= left && x <= left + width && y >= top && y <= top + height && Math.hypot(dx, dy) <= radius
}

/** Colour at a point of the 64-unit grid, or null where the icon is transparent. */
function colourAt(x, y, corner, scale) {
  if (!inRounded(x, y, 0, 0, 64, 64, corner)) return null
  const u = 32 + (x - 32) / scale
  const v = 32 + (y - 32) / scale
  if (Math.hypot(u - 37, v - 34) <= 2.4) return GREEN
  if (inRounded(u, v, 14, 48, 36, 4, 2)) return AMBER
  if (u >= 22 && u <= 42 && v >= 16 && v <= 50) return WHITE
  return GREEN
}

function pixels(size, corner, scale) {
  const rows = Buffer.alloc(size * (size * 4 + 1))
  const step = 64 / size / SAMPLES
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const sum = [0, 0, 0]
      let covered = 0
      for (let i = 0; i < SAMPLES * SAMPLES; i += 1) {
        const x = (column * SAMPLES + (i % SAMPLES) + 0.5) * step
        const y = (row * SAMPLES + Math.floor(i / SAMPLES) + 0.5) * step
        const colour = colourAt(x, y, corner, scale)
        if (!colour) continue
        covered += 1
        colour.forEach((channel, c) => (sum[c] += channel))
      }
      const at = row * (size * 4 + 1) + 1 + column * 4
      sum.forEach((channel, c) => (rows[at + c] = covered ? Math.round(channel / covered) : 0))
      rows[at + 3] = Math.round((255 * covered) / (SAMPLES * SAMPLES))
    }
  }
  return rows
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  let crc = 0xffffffff
  for (const byte of body) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8)
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4)
  return out
}

function png(size, corner, scale) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels(size, corner, scale), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const folder = new URL('../public/icons/', import.meta.url)
const icons = [
  ['icon-192.png', 192, 14, 1],
  ['icon-512.png', 512, 14, 1],
  ['maskable-512.png', 512, 0, 0.8],
  ['apple-touch-icon.png', 180, 0, 0.9],
]
for (const [name, size, corner, scale] of icons)
  writeFileSync(new URL(name, folder), png(size, corner, scale))

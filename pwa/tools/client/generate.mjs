/**
 * Writes the types of the API's client: `python -m api.openapi | node generate.mjs > schema.d.ts`.
 *
 * The first lines carry the hash of the document and that of the rest of the file, so that a test can tell,
 * without any of this installed, whether the file is stale or was changed by hand.
 */
import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import openapiTS, { astToString } from 'openapi-typescript'

const hash = (content) => createHash('sha256').update(content).digest('hex')

/** Leaves out what a type does not need: titles that repeat a name, and examples. */
function lean(value) {
  if (Array.isArray(value)) return value.map(lean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => !(key === 'title' && typeof each === 'string'))
      .filter(([key, each]) => !(key === 'example' || (key === 'examples' && typeof each === 'object')))
      .map(([key, each]) => [key, lean(each)]),
  )
}

const document = await text(process.stdin)
const options = {
  alphabetize: true,
  defaultNonNullable: false, // what has a default need not be sent
}
const types = astToString(await openapiTS(lean(JSON.parse(document)), options))
process.stdout.write(`// Generated from the OpenAPI document by \`make client\`; do not change it by hand.
// document ${hash(document)}
// types ${hash(types)}
${types}`)

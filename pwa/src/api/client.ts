/** Requests typed by the API's own document: paths, parameters, bodies and answers come from `schema.d.ts`. */
import { asObject, request } from './http'
import type { components, paths } from './schema'

/** A shape by the name it has in the API's document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that take a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends object ? P : never
}[keyof paths]

type Operation<M extends Method, P extends PathOf<M>> = paths[P][M]

// In brackets, for a union of operations is to be looked at as a whole: all of them at once are too many to combine.
type PathPart<Op> = [Op] extends [{ parameters: { path: infer Values } }]
  ? { path: Values }
  : { path?: never }
type QueryPart<Op> = [Op] extends [{ parameters: { query?: infer Values } }]
  ? { query?: Values }
  : { query?: never }
type BodyPart<Op> = [Op] extends [{ requestBody: { content: { 'application/json': infer Body } } }]
  ? { body: Body }
  : { body?: never }

/** What a request needs, besides method and path. */
export type Given<M extends Method, P extends PathOf<M>> = PathPart<Operation<M, P>> &
  QueryPart<Operation<M, P>> &
  BodyPart<Operation<M, P>>

type Content<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never

/** What the API answers when all goes well; `never` where it answers nothing. */
export type AnswerOf<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer Responses }
    ? { [Status in keyof Responses & (200 | 201 | 202)]: Content<Responses[Status]> }[keyof Responses &
        (200 | 201 | 202)]
    : never

const filled = (path: string, values: Record<string, unknown>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))

function search(values: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) query.append(name, String(each))
    }
  }
  const text = query.toString()
  return text && `?${text}`
}

/**
 * Sends a request that the API's document knows and returns its answer.
 *
 * Types are promises of the document, not checks: only that the answer is an object is looked at, for a captive
 * portal says 200 too. Throws `Refused` and `Unreachable` as `request` does.
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  given: Given<M, P>,
): Promise<AnswerOf<M, P>> {
  const { path: values, query, body } = given as { path?: object; query?: object; body?: unknown }
  const url = filled(path, { ...values }) + search({ ...query })
  const answer = await request(method.toUpperCase(), url, body)
  return (answer.status === 204 ? null : asObject(answer.body)) as AnswerOf<M, P>
}

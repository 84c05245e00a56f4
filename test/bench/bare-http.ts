import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

const agent = new Agent({ keepAlive: true, maxFreeSockets: 1 });

/** Sends a request over a kept connection. @returns the answer's JSON value. @throws Error for another status than 200. */
export function askBare(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[]> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const settings = { agent, method: body === undefined ? "GET" : "POST", headers: { ...length, ...headers } };
    const sent = request(url, settings, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) resolve(JSON.parse(answer));
        else reject(new Error(`${url} answered ${response.statusCode}`));
      }, reject);
    });
    sent.once("error", reject);
    sent.setTimeout(2000, () => sent.destroy(new Error("no answer in time")));
    sent.end(body);
  });
}

export const json = { "content-type": "application/json" };
export const form = { "content-type": "application/x-www-form-urlencoded" };

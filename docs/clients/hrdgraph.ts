// A client for the JSON API of a graph. It needs nothing but fetch, and may be copied.

export type Status = "asserted" | "verified" | "contested" | "refuted";

/** A thing as it is named in records. */
export interface Reference {
  id: string;
  key: string | null;
  type: string | null;
  label: string;
}

/** Who was given what, and how sure that is. */
export interface Conferral extends Reference {
  status: Status;
  undisputed: boolean;
  recipients: Reference[];
  award: Reference | null;
  year: string;
  sources: string[];
}

interface Page<T> {
  count: number;
  next: string | null;
  cursor: string | null;
  data: T[];
}

/** The graph behind an address, such as http://127.0.0.1:8000. */
export class Graph {
  readonly #address: string;
  readonly #language: string;

  constructor(address: string, language = "en") {
    this.#address = address.replace(/\/+$/, "");
    this.#language = language;
  }

  /** Every entry of a list, page after page. */
  async *entries<T extends Reference>(
    list: string,
    filters: Record<string, string> = {},
  ): AsyncGenerator<T> {
    let cursor: string | null = "";
    do {
      const more = cursor ? { cursor } : {};
      const page: Page<T> = await this.#get(list, { limit: "500", ...filters, ...more });
      yield* page.data;
      cursor = page.cursor;
    } while (cursor);
  }

  /** Who won an award in a year, as far as nobody contests it. */
  async laureates(award: string, year: string): Promise<Conferral[]> {
    const found: Conferral[] = [];
    for await (const one of this.entries<Conferral>("laureates", { award, year })) found.push(one);
    return found;
  }

  /** Things by their names, the best first. */
  async search(text: string): Promise<Reference[]> {
    return (await this.#get<Page<Reference>>("search", { q: text })).data;
  }

  async #get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const asked = new URLSearchParams({ ...parameters, lang: this.#language });
    const answer = await fetch(`${this.#address}/api/v1/${path}?${asked}`);
    if (!answer.ok) {
      const problem = (await answer.json()) as { detail: string; hint: string };
      throw new Error(`${problem.detail}: ${problem.hint}`);
    }
    return (await answer.json()) as T;
  }
}

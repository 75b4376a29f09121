/** The table of contents. */
import type { FC } from "hono/jsx";
import type { Api, ApiTag } from "./document.ts";
import { Endpoint } from "./operation.tsx";
import { schemaAnchor } from "./schema.tsx";

/** Where a tag begins on the page. */
export const tagAnchor = (name: string): string => `tag-${name.toLowerCase()}`;

const TagEntry: FC<{ tag: ApiTag }> = ({ tag }) => (
  <li>
    <a href={`#${tagAnchor(tag.name)}`}>{tag.name}</a>
    <ul>
      {tag.operations.map(({ id, method, path }) => (
        <li>
          <a href={`#${id}`}>
            <Endpoint method={method} path={path} />
          </a>
        </li>
      ))}
    </ul>
  </li>
);

export const Contents: FC<{ api: Api }> = ({ api }) => (
  <nav class="contents" aria-labelledby="contents">
    <h2 id="contents">Contents</h2>
    <ul>
      <li>
        <a href="#start">Getting started</a>
      </li>
      {api.tags.map((tag) => (
        <TagEntry tag={tag} />
      ))}
      <li>
        <a href="#errors">Errors</a>
      </li>
      <li>
        <a href="#schemas">Schemas</a>
        <ul>
          {api.schemas.map(([name]) => (
            <li>
              <a href={`#${schemaAnchor(name)}`}>{name}</a>
            </li>
          ))}
        </ul>
      </li>
    </ul>
  </nav>
);

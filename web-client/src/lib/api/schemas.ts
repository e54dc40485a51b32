/** What the service says of itself (`/api/openapi.json`), as types of what is sent and what comes back. */
import type { components } from '../api.generated';

type Schemas = components['schemas'];

/** What is sent. */
export type Asked<Name extends keyof Schemas> = Schemas[Name];

/** What comes back. The service names every field; what there is not is `null`. */
export type Answer<Name extends keyof Schemas> = Whole<Schemas[Name]>;

type Whole<Part> = Part extends readonly (infer Each)[]
  ? Whole<Each>[]
  : Part extends object
    ? { [Field in keyof Part]-?: Whole<Exclude<Part[Field], undefined>> }
    : Part;

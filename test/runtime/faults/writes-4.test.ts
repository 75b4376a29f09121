/** Part 4 of the writes under faults of the store. */
import { describePart } from "./part.ts";

describePart(3);

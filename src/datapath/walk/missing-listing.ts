/** Thrown when a walk comes to what only a listing that is not there could tell. The message names it, in a phrase. */
export class MissingListing extends Error {}

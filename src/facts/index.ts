/** Facts: what is known about the world beyond a request. */
export * from './image/index.ts';

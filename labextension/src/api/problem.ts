/** The one form in which the browser knows that something could not be done. */
import type { IProblem } from '../tokens';

export class PromoteProblem extends Error implements IProblem {
  constructor(
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly fields: Readonly<Record<string, unknown>> = {}
  ) {
    super(message);
    this.name = 'PromoteProblem';
  }
}

/** The problem in an answer's body; a page that is no problem JSON gives its status. */
export function problemFrom(body: unknown, status: number): PromoteProblem {
  const fields = isRecord(body) ? body : {};
  const text = (key: string): string =>
    typeof fields[key] === 'string' ? fields[key] : '';
  if (status === 404 && !isRecord(body)) {
    return new PromoteProblem(
      'server_missing',
      'The server part of jupyterlab-promote does not run.',
      'Look for it in “jupyter server extension list”, then restart JupyterLab.'
    );
  }
  return new PromoteProblem(
    text('code') || `http_${status}`,
    text('message') || `The server answered with status ${status}.`,
    text('hint'),
    isRecord(fields.fields) ? fields.fields : {}
  );
}

/** Anything that was thrown, as a problem. */
export function asProblem(error: unknown): IProblem {
  if (error instanceof PromoteProblem) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PromoteProblem('unexpected', message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

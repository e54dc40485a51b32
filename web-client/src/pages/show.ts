import { mount, type Component } from 'svelte';
import '../styles/base.css';

/** Puts a page's component into its place. */
export function show(page: Component): void {
  const target = document.getElementById('page');
  target?.replaceChildren();
  if (target) mount(page, { target });
}

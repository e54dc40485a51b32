import { mount } from 'svelte';
import '../../styles/base.css';
import Terminal from './Terminal.svelte';

const target = document.getElementById('page');
if (target) mount(Terminal, { target });

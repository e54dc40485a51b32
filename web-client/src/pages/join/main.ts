import { mount } from 'svelte';
import '../../styles/base.css';
import Join from './Join.svelte';

const target = document.getElementById('page');
if (target) mount(Join, { target });

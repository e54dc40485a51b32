import { mount } from 'svelte';
import '../../styles/base.css';
import Landing from './Landing.svelte';

const target = document.getElementById('page');
if (target) mount(Landing, { target });

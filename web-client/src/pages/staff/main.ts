import { mount } from 'svelte';
import '../../styles/base.css';
import Staff from './Staff.svelte';

const target = document.getElementById('page');
if (target) mount(Staff, { target });

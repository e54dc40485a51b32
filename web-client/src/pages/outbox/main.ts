import { mount } from 'svelte';
import '../../styles/base.css';
import Outbox from './Outbox.svelte';

const target = document.getElementById('page');
if (target) mount(Outbox, { target });

//! The rules of visits: slots, links, windows.

"""What results say: words, numbers and tables, made once; faces render them."""

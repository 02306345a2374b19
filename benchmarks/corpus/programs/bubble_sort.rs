/// Sort the numbers in place.
fn bubble_sort(numbers: &mut Vec<i32>) {
    let size = numbers.len();
    for round in 0..size {
        let mut swapped = false;
        for i in 0..size - 1 - round {
            if numbers[i] > numbers[i + 1] {
                numbers.swap(i, i + 1);
                swapped = true;
            }
        }
        if !swapped {
            break;
        }
    }
}

fn sorted_copy(numbers: &[i32]) -> Vec<i32> {
    let mut copy = numbers.to_vec();
    bubble_sort(&mut copy);
    copy
}
